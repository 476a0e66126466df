/**
 * All migrations, oldest first. To add one: a file `000N-what.ts` here with the next version, this list, and
 * the literal schema in its test. A migration that has been released is never changed.
 */
import type { Migration } from '../migrate.ts'
import { first } from './0001-first.ts'
import { pages } from './0002-pages.ts'
import { own } from './0003-own.ts'
import { used } from './0004-used.ts'
import { ownMethods } from './0005-own-methods.ts'
import { cluster } from './0006-cluster.ts'
import { seals } from './0007-seals.ts'
import { checkedChunks } from './0008-checked-chunks.ts'

export const MIGRATIONS: readonly Migration[] = [
  first,
  pages,
  own,
  used,
  ownMethods,
  cluster,
  seals,
  checkedChunks,
]
