/**
 * What a user's own data hold, and all that is wrong with them: for the Data page and `lab data check file`.
 */
import type { DataCheck } from '../../../shared/contract/data.ts'
import { BenchError } from '../../../shared/contract/errors.ts'
import { parseSpec } from '../../../shared/spec/parse.ts'
import { datasetOf, readOwnData } from './index.ts'
import { Findings } from './types.ts'
import type { OwnContent } from './types.ts'

function contentText(content: OwnContent): string {
  switch (content.kind) {
    case 'bytes':
      return `${content.form}, images of ${content.train.shape.join(' × ')} bytes`
    case 'numbers':
      return content.shape.length === 1
        ? `${content.form}, ${content.shape[0]} features`
        : `${content.form}, images of ${content.shape.join(' × ')} floats`
    case 'packed':
      return content.pack.size
        ? `${content.form}, encoded images of ${content.pack.size.join(' × ')}`
        : `${content.form}, encoded images of many sizes`
  }
}

function imbalance({ classNames }: OwnContent, labels: Uint16Array): string | null {
  const counts = new Array<number>(classNames.length).fill(0)
  for (const label of labels) counts[label]++
  const none = classNames.filter((_, label) => counts[label] === 0)
  if (none.length > 0) return `no training example of ${none.slice(0, 10).join(', ')}`
  return `${Math.min(...counts)} to ${Math.max(...counts)} training examples a class`
}

/** Reads all of it. Never throws for bad data. */
export async function checkOwnData(path: string, label: string): Promise<DataCheck> {
  const findings = new Findings()
  const about = { name: 'file' as const, folder: path }
  const nothing = {
    train: null,
    validation: null,
    test: null,
    classes: null,
    classNames: null,
    shape: null,
    hash: null,
  }
  try {
    const content = await readOwnData(path, label, findings)
    if (!content)
      return { ...about, ok: false, findings: [...findings.problems, ...findings.notes], ...nothing }
    const { data } = parseSpec({ data: { name: 'file', path, label } })
    const dataset = await datasetOf(data, content)
    const { classes, classNames, shape, hash, notes } = dataset
    const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
      dataset.size(split),
    )
    dataset.close()
    const labels = content.kind === 'packed' ? content.labels.train : content.train.labels
    const balance = imbalance(content, labels)
    const told = [contentText(content), ...(balance === null ? [] : [balance]), ...(notes ?? [])]
    return { ...about, ok: true, findings: told, train, validation, test, classes, classNames, shape, hash }
  } catch (error) {
    const text = error instanceof BenchError || error instanceof Error ? error.message : String(error)
    return { ...about, ok: false, findings: [...findings.problems, text, ...findings.notes], ...nothing }
  }
}
