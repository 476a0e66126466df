/** Times products of two square matrices by TensorFlow: arguments SIDE REPEAT; prints milliseconds. */
import { performance } from 'node:perf_hooks'
import { Builder, openBackend } from '../src/engine/index.ts'

const WARM_UP = 2
const [side, repeat] = process.argv.slice(2).map(Number)
const builder = new Builder()
const variables = ['a', 'b'].map((name) => ({
  name,
  type: { shape: [side, side], dtype: 'float' as const },
  role: 'parameter' as const,
}))
const [product] = builder.add(
  'matmul',
  variables.map(({ name, type }) => builder.read(name, type.shape)),
)
// One number comes back, so that the copy of the product does not count.
const [value] = builder.add('mean', [product], { axes: [0, 1] })
const functions = [builder.finish('product', [{ name: 'mean', value }])]
const executable = await (await openBackend('tensorflow')).compile({ variables, functions })
for (const { name } of variables) {
  executable.write(
    name,
    Float32Array.from({ length: side * side }, (_, i) => ((i * 0.618034) % 1) - 0.5),
  )
}
const times = Array.from({ length: WARM_UP + repeat }, () => {
  const before = performance.now()
  executable.run('product', {})
  return performance.now() - before
})
process.stdout.write(JSON.stringify(times.slice(WARM_UP)))
