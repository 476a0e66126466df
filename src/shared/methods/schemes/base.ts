import { defineScheme } from '../define.ts'

export const base = defineScheme({
  name: 'base',
  title: 'Base',
  help: 'The dense initializer’s values times the mask.',
  settings: {},
  traits: { startsDense: true },
  style: { color: 1 },
})
