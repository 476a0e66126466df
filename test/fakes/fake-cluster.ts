/** One cluster of the fake lab, whose jobs are taken at once. */
import { BenchError } from '../../src/shared/contract/errors.ts'
import { parseCluster } from '../../src/shared/cluster/profile.ts'
import type { ClusterProfile } from '../../src/shared/cluster/profile.ts'
import type { LabMethods } from '../../src/shared/contract/lab.ts'

type Methods = Pick<LabMethods, Extract<keyof LabMethods, `cluster/${string}`>>

/** The methods over a list of their own. @param known profiles that there are at first */
export function fakeClusters(known: readonly ClusterProfile[] = []): Methods {
  let profiles = [...known]
  const of = (name: string): ClusterProfile => {
    const found = profiles.find((profile) => profile.name === name)
    if (!found) throw new BenchError('not-found', `There is no cluster “${name}”.`, 'cluster')
    return found
  }
  return {
    'cluster/list': () =>
      profiles.map((profile) => ({ profile, waiting: 0, running: 0, finished: 3, failed: 1 })),
    'cluster/show': ({ name }) => of(name),
    'cluster/save': ({ cluster }) => {
      const profile = parseCluster(cluster)
      profiles = [...profiles.filter(({ name }) => name !== profile.name), profile]
      return profile
    },
    'cluster/remove': ({ name }) => {
      profiles = profiles.filter((profile) => profile.name !== of(name).name)
      return { name }
    },
    'cluster/check': ({ name }) => ({
      cluster: of(name).name,
      ok: false,
      items: [
        { name: 'scheduler', ok: true, text: 'Slurm answers' },
        { name: 'program', ok: false, text: 'it does not start on node7' },
      ],
    }),
    'cluster/submit': ({ cluster }) => ({
      ...{ cluster: of(cluster).name, runs: [1, 2], submitted: 2, reused: 0, tasks: 2, minutes: 30 },
      ...{
        basis: 'as asked for',
        jobs: ['42'],
        folder: '/shared',
        scripts: [''],
        arrays: ['0-1'],
        verdict: '',
      },
    }),
    'cluster/collect': () => ({ finished: 0, failed: 0, waiting: 0, running: 0, points: 0, troubles: [] }),
    'cluster/cancel': () => [],
    'cluster/log': ({ run }) => ({
      run,
      file: '/shared/logs/42_0.log',
      text: 'task 0 of /shared\n',
      bytes: 18,
    }),
  }
}
