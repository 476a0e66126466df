/** What is to be known of a study's own methods before it starts. */
import type { MethodRow } from '../contract/methods.ts'
import { METHOD_FIELDS } from '../spec/method-fields.ts'
import { rawField } from '../spec/paths.ts'
import type { StudyInput } from '../spec/study-schema.ts'

/** Every value that a study gives a field, in its base and in the points of its axes. */
export function valuesOf({ base, axes = [] }: Pick<StudyInput, 'base' | 'axes'>, path: string): unknown[] {
  return [rawField(base, path), ...axes.flatMap(({ points }) => points.map(({ set }) => set[path]))].filter(
    (value) => value !== undefined,
  )
}

const NOTES: Readonly<Partial<Record<MethodRow['state'], string>>> = {
  changed:
    'its file has changed since it was added. Runs take the content that was added; add the file again to ' +
    'take what it holds now.',
  missing: 'its file is gone. Runs take the content that was added.',
}

/** A sentence for each of a study's own methods whose file is no longer what runs will take. */
export function methodNotes(
  study: Pick<StudyInput, 'base' | 'axes'>,
  methods: readonly Pick<MethodRow, 'name' | 'state'>[],
): readonly string[] {
  const named = new Set(METHOD_FIELDS.flatMap(({ path }) => valuesOf(study, path)))
  return methods.flatMap(({ name, state }) => {
    const note = named.has(name) ? NOTES[state] : undefined
    return note === undefined ? [] : [`${name}: ${note}`]
  })
}
