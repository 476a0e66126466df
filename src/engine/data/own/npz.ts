/**
 * Data as an NPZ: x_train, y_train, x_test, y_test and perhaps x_validation, y_validation. x are images as
 * bytes ([n, h, w] or [n, h, w, c]), images as floats, or features ([n, f]); y are whole numbers.
 */
import { BenchError } from '../../../shared/contract/errors.ts'
import { readBytes, sha256 } from '../files.ts'
import type { Images } from '../images.ts'
import { withinUnpacked } from '../../interchange/limits.ts'
import { npyEntries, npyHeader } from '../../interchange/npy-read.ts'
import type { NpyHeader, NumberArray } from '../../interchange/npy-read.ts'
import { readZip } from '../../interchange/zip.ts'
import type { Numbers } from '../numbers-dataset.ts'
import { classesOf, encoded } from './labels.ts'
import type { Classes } from './labels.ts'
import { SPLITS } from './split.ts'
import type { BytesContent, Findings, NumbersContent } from './types.ts'
import type { Split } from './split.ts'

interface Found {
  readonly header: NpyHeader
  readonly entries: NumberArray
}

const NAMES = SPLITS.flatMap((split) => [`x_${split}`, `y_${split}`])
const REQUIRED = ['x_train', 'y_train', 'x_test', 'y_test']
/** Other spellings of the same. */
const ALIASES: Readonly<Record<string, string>> = {
  x_val: 'x_validation',
  y_val: 'y_validation',
  x_valid: 'x_validation',
  y_valid: 'y_validation',
}

const nameOf = (path: string): string => {
  const name = path.replace(/\.npy$/, '')
  const plain = name.toLowerCase()
  const known = ALIASES[plain] ?? plain
  return NAMES.includes(known) ? known : name
}

/** Unpacks the arrays wanted; others are only named. Throws BenchError('bad-data') for what is no archive. */
function unpack(path: string, bytes: Uint8Array): { files: Map<string, Uint8Array>; others: string[] } {
  const others: string[] = []
  let total = 0
  try {
    const unzipped = readZip(bytes, {
      wanted: (name, size) => {
        const wanted = NAMES.includes(nameOf(name))
        if (!wanted) others.push(nameOf(name))
        else withinUnpacked(bytes.length, (total += size), path)
        return wanted
      },
    })
    return { files: new Map([...unzipped].map(([name, file]) => [nameOf(name), file])), others }
  } catch (cause) {
    if (cause instanceof BenchError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BenchError('bad-data', `${path}: not a NumPy archive (.npz), or a damaged one: ${why}`, path, {
      cause,
    })
  }
}

const place = (row: number): string => `example ${row}`
const sides = (shape: readonly number[]): string => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`

/** Shape of one example, or what is wrong with the array in words. */
function exampleShape({ type, shape }: NpyHeader): readonly number[] | string {
  const images = shape.length === 3 || shape.length === 4
  if (shape.length !== 2 && !images)
    return (
      `shape ${sides(shape)}; expected are [n, features], [n, height, width] or [n, ` +
      `height, width, channels]`
    )
  if (shape.includes(0)) return `shape ${sides(shape)} holds nothing`
  if (images && (type === 'u2' || type === 'i2')) {
    return (
      '16-bit images; give bytes (x >> 8, uint8) or floats (x.astype("float32")), so that ' +
      'nobody has to guess ' +
      'their range'
    )
  }
  return shape.length === 3 ? [shape[1], shape[2], 1] : shape.slice(1)
}

function notFinite(entries: NumberArray, size: number): string | null {
  if (!(entries instanceof Float32Array || entries instanceof Float64Array)) return null
  const at = entries.findIndex((value) => !Number.isFinite(value))
  return at < 0
    ? null
    : `${entries[at]} in example ${Math.floor(at / size)}, entry ${at % size}; all numbers must be finite`
}

/** Reads an NPZ. What is wrong goes to the findings; null when it is not usable. */
export function readNpzData(path: string, findings: Findings): BytesContent | NumbersContent | null {
  const bytes = readBytes(path)
  const { files, others } = unpack(path, bytes)
  const missing = REQUIRED.filter((name) => !files.has(name))
  if (missing.length > 0) {
    const there = [...files.keys(), ...others]
    findings.problem(
      `missing: ${missing.join(', ')}; the file holds ${there.join(', ') || 'no arrays'}. ` +
        `Expected are ${REQUIRED.join(', ')} and perhaps x_validation, y_validation`,
    )
  } else if (others.length > 0) findings.note(`not read: ${others.join(', ')}`)
  const arrays = new Map<string, Found>()
  for (const [name, file] of files) {
    const header = npyHeader(file)
    const entries = typeof header === 'string' ? header : npyEntries(file, header)
    if (typeof header === 'string' || typeof entries === 'string')
      findings.problem(`${name}: ${typeof header === 'string' ? header : String(entries)}`)
    else {
      arrays.set(name, { header, entries })
      const kinds = [header.fortran && 'Fortran order', header.big && 'big-endian'].filter(Boolean)
      if (kinds.length > 0) findings.note(`${name}: ${kinds.join(', ')}, read rightly`)
    }
  }
  return findings.problems.length > 0 ? null : contentOf(arrays, sha256(bytes), findings)
}

function contentOf(
  arrays: ReadonlyMap<string, Found>,
  hash: string,
  findings: Findings,
): BytesContent | NumbersContent | null {
  const splits = SPLITS.filter((split) => arrays.has(`x_${split}`) || arrays.has(`y_${split}`))
  const x = (split: Split): Found | undefined => arrays.get(`x_${split}`)
  const y = (split: Split): Found | undefined => arrays.get(`y_${split}`)
  let shape: readonly number[] = []
  const trainX = x('train')
  for (const split of splits) {
    const [examples, labels] = [x(split), y(split)]
    if (!examples || !labels) {
      findings.problem(`x_${split} and y_${split} belong together; one of them is missing`)
      continue
    }
    const found = exampleShape(examples.header)
    if (typeof found === 'string') findings.problem(`x_${split}: ${found}`)
    else if (split === 'train') shape = found
    else if (shape.length > 0 && found.join() !== shape.join()) {
      findings.problem(`x_${split}: examples of shape ${sides(found)}, those of x_train have ${sides(shape)}`)
    }
    const [count, labelShape] = [examples.header.shape[0], labels.header.shape]
    if (labelShape.length > 2 || (labelShape.length === 2 && labelShape[1] !== 1)) {
      findings.problem(
        `y_${split}: shape ${sides(labelShape)}; expected is one whole number an example, ` +
          `(${count},)${labelShape[0] === count ? '; y.argmax(axis=1) makes that of one-hot rows' : ''}`,
      )
    } else if ((labelShape[0] ?? 1) !== count)
      findings.problem(`y_${split}: ${labelShape[0] ?? 1} labels for the ${count} examples of x_${split}`)
    const bad = notFinite(examples.entries, Math.max(1, examples.entries.length / Math.max(1, count)))
    if (bad !== null) findings.problem(`x_${split}: ${bad}`)
    const asBytes = (each: Found | undefined) => each?.header.type === 'u1' || each?.header.type === 'b1'
    if (asBytes(examples) !== asBytes(trainX))
      findings.problem(`x_${split}: type ${examples.header.type}, x_train has ${trainX?.header.type}`)
  }
  const trainY = y('train')
  if (!trainX || !trainY) return null
  const classes = classesOf(trainY.entries, 'y_train', place)
  if ('problem' in classes) {
    findings.problem(classes.problem)
    return null
  }
  const labels = encodedLabels(splits, y, classes, findings)
  if (findings.problems.length > 0) return null
  const common = { form: 'NPZ', classNames: classes.names, hash, notes: findings.notes }
  if (trainX.entries instanceof Uint8Array && shape.length === 3) {
    const images = (split: Split): Images | null => {
      const found = x(split)
      const codes = labels.get(split)
      if (!(found?.entries instanceof Uint8Array) || !codes) return null
      return {
        count: codes.length,
        shape: [shape[0], shape[1], shape[2]],
        pixels: found.entries,
        labels: codes,
      }
    }
    const [train, test] = [images('train'), images('test')]
    return train && test ? { ...common, kind: 'bytes', train, validation: images('validation'), test } : null
  }
  const numbers = (split: Split): Numbers | null => {
    const found = x(split)
    const codes = labels.get(split)
    return found && codes ? { count: codes.length, values: found.entries, labels: codes } : null
  }
  const [train, test] = [numbers('train'), numbers('test')]
  return train && test
    ? { ...common, kind: 'numbers', shape, columns: null, train, validation: numbers('validation'), test }
    : null
}

function encodedLabels(
  splits: readonly Split[],
  y: (split: Split) => Found | undefined,
  classes: Classes,
  findings: Findings,
): Map<Split, Uint16Array> {
  const labels = new Map<Split, Uint16Array>()
  for (const split of splits) {
    const codes = encoded(y(split)?.entries ?? [], classes, `y_${split}`, place)
    if ('problem' in codes) findings.problem(codes.problem)
    else labels.set(split, codes)
  }
  return labels
}
