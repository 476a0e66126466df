/**
 * Data sets and models of the fake lab: MNIST is here, CIFAR-10 can be fetched, the others have to be
 * pointed at.
 */
import type {
  DataCheck,
  DataEntry,
  DataName,
  DataSamples,
  OwnDataEntry,
} from '../../src/shared/contract/data.ts'
import type { LabMethods } from '../../src/shared/contract/lab.ts'
import type { ModelDescription } from '../../src/shared/contract/model.ts'
import { costOf, totalCost } from '../../src/shared/graph/cost.ts'
import { countParameters, parametersOf } from '../../src/shared/graph/parameters.ts'
import { inferShapes, sizeOf } from '../../src/shared/graph/shapes.ts'
import { inputOf } from '../../src/shared/spec/data-shapes.ts'
import { parseSpec } from '../../src/shared/spec/parse.ts'
import { DATA_NAMES, ownForm } from '../../src/shared/spec/data-schema.ts'
import { buildModel } from '../../src/shared/zoo/index.ts'

/** One black pixel. */
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=='

const DOWNLOADS: Readonly<Partial<Record<DataName, number>>> = {
  mnist: 23_000_000,
  'fashion-mnist': 30_000_000,
  'cifar-10': 139_000_000,
}

type Methods = Pick<
  LabMethods,
  | 'data/list'
  | 'data/get'
  | 'data/cancel'
  | 'data/check'
  | 'data/samples'
  | 'data/link'
  | 'data/own'
  | 'data/add'
  | 'data/relabel'
  | 'data/forget'
  | 'model/show'
>

/** Examples of a table. */
const FEATURES: DataSamples = {
  classNames: ['setosa', 'virginica'],
  omitted: 0,
  samples: [],
  table: {
    columns: ['sepal', 'petal'],
    omitted: 3,
    rows: [
      { label: 0, values: [5, 1.2345678] },
      { label: 1, values: [7, 6.5] },
    ],
  },
}

const TEXT: DataSamples = {
  classNames: [],
  omitted: 0,
  samples: [],
  table: null,
  text: 'anna has a red ball.',
}

/** The methods over a list of their own. */
export function fakeData(): Methods {
  let own: readonly OwnDataEntry[] = [{ name: 'file', path: '/data/iris.csv', label: '', present: true }]
  const entries = new Map<DataName, DataEntry>(
    DATA_NAMES.filter((name) => name !== 'file').map((name) => [
      name,
      {
        name,
        title: name.toUpperCase(),
        folder: `/store/${name}`,
        present: name === 'mnist' || name === 'text',
        link: null,
        bytes: name === 'mnist' ? 54_950_048 : null,
        download: DOWNLOADS[name] ?? null,
        expects: `expected are the files of ${name}`,
        fetching: null,
      },
    ]),
  )
  function change(name: DataName, part: Partial<DataEntry>): DataEntry {
    const entry = { ...(entries.get(name) as DataEntry), ...part }
    entries.set(name, entry)
    return entry
  }
  function check(name: DataName, folder: string): DataCheck {
    if (!folder.includes('wrong')) {
      return {
        name,
        folder,
        ok: true,
        findings: ['images: original'],
        train: 54000,
        validation: 6000,
        test: 10000,
        classes: 10,
        classNames: ['0', '1'],
        shape: [28, 28, 1],
        hash: 'ab'.repeat(32),
      }
    }
    return {
      name,
      folder,
      ok: false,
      findings: [`${name}: missing in ${folder}: train.bin`],
      train: null,
      validation: null,
      test: null,
      classes: null,
      classNames: null,
      shape: null,
      hash: null,
    }
  }
  return {
    'data/list': () => [...entries.values()],
    'data/get': ({ name }) => change(name, { present: true, bytes: 100_000_000, fetching: null }),
    'data/cancel': ({ name }) => change(name, { fetching: null }),
    'data/check': ({ name, path }) => check(name, path ?? `/store/${name}`),
    'data/samples': ({ name, perClass = 8 }) =>
      name === 'file'
        ? FEATURES
        : name === 'text'
          ? TEXT
          : {
              classNames: ['cat', 'dog'],
              omitted: 0,
              samples: [0, 1].flatMap((label) =>
                Array.from({ length: perClass }, () => ({ label, image: PIXEL })),
              ),
              table: null,
            },
    'data/own': () => own,
    'data/add': ({ path, label = '' }) => {
      own = [{ name: ownForm(path), path, label, present: true }, ...own.filter((each) => each.path !== path)]
      return own[0]
    },
    'data/relabel': ({ path, label = '' }) => {
      own = own.map((each) => (each.path === path ? { ...each, label } : each))
      return { name: ownForm(path), path, label, present: true }
    },
    'data/forget': ({ path }) => (own = own.filter((each) => each.path !== path)),
    'data/link': ({ name, path }) => change(name, { link: path, present: path !== null }),
    'model/show': (request) => describe(request),
  }
}

/** Uniform densities over the real graph. */
function describe({ spec: given, ...shape }: Parameters<LabMethods['model/show']>[0]): ModelDescription {
  const spec = parseSpec(given)
  const { input, classes } = inputOf(spec.data, shape)
  const graph = buildModel(spec.model, input, classes)
  const parameters = parametersOf(graph)
  const shapes = inferShapes(graph)
  const { density } = spec.sparsity
  const densities = new Map(parameters.filter((each) => each.maskable).map(({ name }) => [name, density]))
  const costs = costOf(graph, densities)
  const counts = countParameters(parameters)
  const total = totalCost(costs)
  return {
    name: graph.name,
    input,
    classes,
    ...counts,
    kept: Math.round(counts.parameters - counts.maskable * (1 - density)),
    density,
    operations: total.dense,
    sparseOperations: total.sparse,
    graph,
    notes: [],
    layers: graph.nodes.map((node) => {
      const own = parameters.filter(({ layer }) => layer === node.name)
      const kernel = own.find(({ role }) => role === 'kernel')
      const cost = costs.find(({ layer }) => layer === node.name)
      return {
        name: node.name,
        kind: node.kind,
        inputs: node.inputs,
        shape: shapes.get(node.name) ?? [],
        kernel: kernel?.shape ?? null,
        parameters: countParameters(own).parameters,
        maskable: kernel?.maskable ?? false,
        nonzeros: kernel?.maskable ? Math.round(density * sizeOf(kernel.shape)) : null,
        density: kernel ? (kernel.maskable ? density : 1) : null,
        operations: cost?.dense ?? 0,
        sparseOperations: cost?.sparse ?? 0,
      }
    }),
  }
}
