/**
 * A lab in a process of its own, so that a test can kill it: `lab-process.ts HOME WORKER_URL`. Says each step
 * of its runs.
 */
import { openLab } from '../../src/lab/lab.ts'

const [home, workerUrl] = process.argv.slice(2)
const lab = openLab({ home, workerUrl: new URL(workerUrl), role: 'a killed test lab', checkpointEveryMs: 40 })
lab.on('run/changed', (row) => console.log(`${row.id} ${row.status} ${row.step}`))
console.log('ready')
