/** As `lab --home HOME connect --stdio`, for labs that listen already; it begins in less time. */
import { knock } from '../../../src/lab/line/dial-here.ts'

const [, , flag, home] = process.argv
const socket = flag === '--home' ? await knock(home) : null
if (!socket) throw new Error('no lab listens')
process.stdin.pipe(socket)
socket.pipe(process.stdout)
socket.on('close', () => process.exit(0))
