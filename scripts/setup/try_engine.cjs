// Loads the native engine and multiplies two matrices with it: the proof that set-up asks for. Run under
// Electron-as-Node.
const util = require('node:util')

// tfjs-node 4 calls three helpers that Node 23 took away.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray
util.isString ??= (value) => typeof value === 'string'

const tf = require('@tensorflow/tfjs-node-gpu')

const product = Array.from(
  tf
    .matMul(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      tf.tensor2d([
        [5, 6],
        [7, 8],
      ]),
    )
    .dataSync(),
)
if (product.join() !== '19,22,43,50') throw new Error(`[[1,2],[3,4]]·[[5,6],[7,8]] gave ${product}`)
const gpu = tf.backend().isUsingGpuDevice === true
process.stdout.write(
  `${JSON.stringify({ ok: true, devices: [gpu ? 'GPU' : 'CPU'], library: tf.version['tfjs-core'] })}\n`,
)
