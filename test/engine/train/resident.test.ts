/** Steps on the examples that the sparse backend keeps. */
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import { describeResidentRuns } from './resident-runs.ts'

describeResidentRuns(sparseBackend)
