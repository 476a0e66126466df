/** What the user brought along, as values of the fields that take it: models, files of data, weights. */
import type { FieldPath } from '../../shared/spec/schema.ts'
import { useQuery } from './useQuery.ts'

/** Names for a field, none for most; reactive. Own methods stand among the choices of their fields. */
export function useOwnNames(): (path: FieldPath) => readonly string[] {
  const { data: models } = useQuery('models/list', () => ({}), { events: ['models/changed'] })
  const { data: files } = useQuery('data/own', () => ({}), { events: ['data/changed'] })
  return (path) => {
    if (path === 'data.path') return (files.value ?? []).map((file) => file.path)
    const named = (models.value ?? []).filter(({ weights }) => path === 'model.name' || weights !== null)
    return path === 'model.name' || path === 'initialization.file.path' ? named.map(({ name }) => name) : []
  }
}
