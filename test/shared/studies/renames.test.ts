/** Axes and points under other names, and what their runs are called then. */
import { expect, it } from 'vitest'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { relabelling } from '../../../src/shared/studies/renames.ts'
import { fakeLab, fakeStudy, start } from '../../lab/support.ts'

const study = (axes: Record<string, Record<string, number>>) =>
  parseStudy({
    id: 'x',
    title: 'X',
    axes: Object.entries(axes).map(([name, points]) => ({
      name,
      points: Object.entries(points).map(([label, value]) => ({ label, set: { 'model.depth': value } })),
    })),
  })

it('follow axes by what they set, points too, and leave what they do not know', () => {
  const before = study({ Depth: { shallow: 3, deep: 9 } })
  const after = study({ Layers: { three: 3, deep: 9 } })
  const relabelled = relabelling(before, after)
  expect(relabelled?.({ Depth: 'shallow', Budget: 'one' })).toEqual({ Layers: 'three', Budget: 'one' })
  expect(relabelled?.({ Depth: 'any' })).toEqual({ Layers: 'any' })
  expect(relabelling(before, before)).toBeNull()
  // Another content under the same name is no rename; a point that went keeps its label.
  expect(relabelling(before, study({ Depth: { shallow: 3 } }))).toBeNull()
  expect(relabelling(before, study({ Depth: { flat: 3 } }))?.({ Depth: 'deep' })).toEqual({ Depth: 'deep' })
})

it('exchanged between two axes are exchanged in their runs', () => {
  const before = study({ A: { one: 3, two: 4 }, B: { one: 5, two: 6 } })
  const after = study({ B: { one: 3, two: 4 }, A: { one: 5, two: 6 } })
  expect(relabelling(before, after)?.({ A: 'one', B: 'two' })).toEqual({ B: 'one', A: 'two' })
})

it('reach the runs of a study when it is saved', async () => {
  const lab = fakeLab({ start: 'none' })
  const first = fakeStudy(['steps=10', 'steps=12'])
  await start(lab, first)
  const [axis] = first.axes ?? []
  const points = axis.points.map((point, index) => ({ ...point, label: index === 0 ? 'short' : point.label }))
  await lab.call('studies/save', { study: { ...first, axes: [{ name: 'Length', points }] } })
  const rows = await lab.call('runs/list', { study: 'fake' })
  expect(rows.map(({ labels }) => labels)).toEqual([{ Length: 'short' }, { Length: 'steps=12' }])
})
