/** Steps that share calls of TensorFlow. */
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { describeResidentRuns } from './resident-runs.ts'

describeResidentRuns(openTensorFlow())
