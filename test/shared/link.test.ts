import { describe, expect, it } from 'vitest'
import { addressOf, comparisonOf, linkOf } from '../../src/shared/link.ts'

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
