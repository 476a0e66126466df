/** Importance of fields as a table that is shown, and what it says in words. */
import type { ImportanceTable } from '../contract/importance.ts'
import { fields as specFields } from '../spec/fields.ts'
import { valueWords } from '../stats/compare-text.ts'
import { formatNumber, formatP, formatPercent } from './number.ts'
import type { ShownTable } from './shown-table.ts'

/** A field by its title, an axis by its name. */
const titleOf = (key: string) => specFields().find(({ path }) => path === key)?.title ?? key

/** The terms, the largest first, and beneath them what they leave. */
export function importanceShown(table: ImportanceTable): ShownTable {
  const number = (value: number | null, text: (value: number) => string) => ({
    text: value === null ? '–' : text(value),
  })
  const rows = [
    ...table.terms.map(({ fields, ...rest }) => ({ name: fields.map(titleOf).join(' × '), ...rest })),
    {
      name: table.hasPairs ? 'Interactions of three and more' : 'Interactions',
      ...table.rest,
      f: null,
      p: null,
    },
    { name: 'Seeds', ...table.seeds, f: null, p: null },
  ]
  return {
    columns: [
      { id: 'term', title: 'Field', right: false },
      { id: 'share', title: 'Share of the variance', right: true },
      { id: 'degrees', title: 'Degrees of freedom', right: true },
      { id: 'f', title: 'F', right: true },
      { id: 'p', title: 'p', right: true },
    ],
    rows: rows.map(({ name, share, degrees, f, p }) => [
      { text: name },
      { text: formatPercent(share, 1) },
      { text: String(degrees) },
      number(f, (value) => formatNumber(value)),
      number(p, formatP),
    ]),
    caption: table.caption,
  }
}

/** What the shares are, whether they add up, and what was left out. */
export function importanceCaption(table: Omit<ImportanceTable, 'caption'>): string {
  const { metric, at, values, combinations, isFull, hasPairs, left, missing, others, seeds } = table
  const terms = hasPairs ? 'each field, and each pair beyond its two fields, explains' : 'each field explains'
  return [
    `Share of the variance of ${lowerFirst(valueWords(metric, at))} that ${terms}, over ${values} values ` +
      `of ${combinations} combinations: analysis of variance, type II sums of squares.`,
    isFull
      ? 'The grid is full and even, so that this is the exact functional ANOVA (Hutter et al. 2014) with ' +
        'the seeds apart, and the shares add up to 100 %.'
      : 'Combinations are missing or have different numbers of seeds: a share is what a term explains ' +
        'beyond all others, and shares need not add up to 100 %.',
    seeds.degrees > 0
      ? 'F and p hold each term against the seeds.'
      : 'With one seed a combination, F and p hold each term against the higher interactions.',
    ...(hasPairs ? [] : ['Pairs have too many combinations to be told apart.']),
    ...(left > 0 ? [`${left} values that are not finite are left out.`] : []),
    ...(missing > 0 ? [`${missing} seeds have no result yet.`] : []),
    ...(others.length > 0 ? [`Not taken, of the fields that differ: ${others.join(', ')}.`] : []),
  ].join(' ')
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
