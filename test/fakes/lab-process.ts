/**
 * A lab in a process of its own, so that a test can kill it: `lab-process.ts HOME WORKER_URL [died]`. Says
 * each step of its runs.
 */
import { openLab } from '../../src/lab/lab.ts'

const [home, workerUrl, died] = process.argv.slice(2)
const lab = openLab({
  home,
  workerUrl: new URL(workerUrl),
  role: 'a killed test lab',
  checkpointEveryMs: 40,
  lastDied: died === 'died',
})
lab.on('run/changed', (row) => console.log(`${row.id} ${row.status} ${row.step}`))
console.log('ready')
