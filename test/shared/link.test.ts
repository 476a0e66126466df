import { describe, expect, it } from 'vitest'
import { addressOf, comparisonOf, linkOf, runsOf, runsText } from '../../src/shared/link.ts'

const ADDRESS =
  '/compare?study=table-1&only=%7B%22Density%22%3A%5B%220.1%22%5D%7D' +
  '&metric=test.accuracy&at=best&facet=Scheme'

describe('links', () => {
  it('lead to the address that they were made of, and nowhere else', () => {
    expect(addressOf(linkOf(ADDRESS))).toBe(ADDRESS)
    expect(addressOf('givens://compare?study=x')).toBe('/compare?study=x')
    expect(addressOf('givens://elsewhere')).toBeNull()
    expect(addressOf('https://compare')).toBeNull()
  })

  it('tell runs in ranges, and read what people write', () => {
    expect(runsText([3, 1, 2, 9, 9, 7])).toBe('1-3,7,9')
    expect(runsOf('1-3,7,9')).toEqual([1, 2, 3, 7, 9])
    expect(runsOf('2, 5-4, x, 0, -1, 1-999999999, 6')).toEqual([2, 6])
    const many = Array.from({ length: 90 }, (_, index) => index + 1)
    expect(comparisonOf(`givens://compare?runs=${runsText(many)}`).runs).toEqual(many)
  })

  it('to a comparison are requests for it', () => {
    expect(comparisonOf(linkOf(ADDRESS))).toEqual({
      study: 'table-1',
      only: { Density: ['0.1'] },
      metric: 'test.accuracy',
      at: 'best',
      facet: 'Scheme',
    })
    expect(() => comparisonOf('givens://runs')).toThrow(/no link to a comparison/)
  })
})
