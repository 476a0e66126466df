/**
 * The engine's public face: what the lab, the command line and the benchmarks use of it. Everything else is
 * the engine's own and may change. docs/engine-api.md is written from these exports and their docblocks.
 */

// Training
export { decodeCheckpoint, encodeCheckpoint } from './train/checkpoint.ts'
export type { MeasuredRate, Rates } from './train/choice.ts'
export { modelledMs, stepWork } from './train/cost.ts'
export { openScoreData, runDensities } from './train/densities.ts'
export { describeModel, isQuickToDescribe } from './train/describe.ts'
export { MaskUpdater } from './train/dynamic.ts'
export { evaluate } from './train/evaluate.ts'
export { StepFeeds } from './train/feeds.ts'
export { initializeModel } from './train/initialize.ts'
export { JacobianSpectrum, spectrumInputs } from './train/jacobian.ts'
export type { Spectrum } from './train/jacobian.ts'
export { trainRun } from './train/loop.ts'
export { syntheticScores } from './train/synthetic-scores.ts'
export { examplesOf, predictLogits } from './train/predict.ts'
export { initializeRun, prepareRun, writeState } from './train/prepare.ts'
export type { Checkpoint, Command, TrainCallbacks, TrainRequest, TrainResult } from './train/types.ts'

// Backends and programs
export {
  autoBackend,
  BACKEND_NAMES,
  buildOf,
  describeBackends,
  lazyBackend,
  openBackend,
  trainingBackends,
} from './backend/index.ts'
export { referenceBackend } from './backend/reference/index.ts'
export { releaseCompilationLock, shareCompilationLock } from './backend/sparse/run/compilation-lock.ts'
export { bindingOfUser, tensorFlowFolder, tensorFlowFolders } from './backend/tensorflow/fetched.ts'
export type { TensorFlowVariant } from './backend/tensorflow/fetched.ts'
export { openTensorFlow } from './backend/tensorflow/index.ts'
export { NATIVE_ENVIRONMENT } from './backend/tensorflow/native-library.ts'
export { COMPUTING_VARIABLE, computingThreads, threadCount, THREADS_VARIABLE } from './threads/count.ts'
export { machineMemory } from './threads/memory.ts'
export type { BackendName } from './backend/index.ts'
export { fittingBatch, memoryOf } from './train/memory.ts'
export type { RunMemory } from './train/memory.ts'
export { compileTraining } from './compiler/training.ts'
export type { Backend, Executable } from './program/backend.ts'
export { Builder } from './program/builder.ts'
export { layoutOf, unpackState } from './program/layout.ts'
export type { ModelState } from './program/types.ts'

// Methods
export { erk } from './density/erk.ts'
export { eoiMatrix } from './initialization/eoi-matrix.ts'
export { approximateIsometry } from './initialization/isometry.ts'
export { kernelShape } from './initialization/kernel-shape.ts'
export { countOnes, randomMask } from './initialization/masks.ts'
export { saoDegrees, saoMatrix } from './initialization/sao.ts'
export { checkMethod } from './own/check.ts'
export { openMethod } from './own/method.ts'
export { withMethods } from './own/provide.ts'
export type { OwnContents } from './own/provide.ts'
export type { OwnFile, OwnLimits } from './own/types.ts'

// Data
export { networkReason, trustSystemCertificates } from './data/certificates.ts'
export { checkData, listData } from './data/catalog.ts'
export { dataPlace, identifyData, stateOfOwnData } from './data/identify.ts'
export type { DataIdentity, DataPlace } from './data/identify.ts'
export { dataFolder, fetchDataset, openDataset } from './data/index.ts'
export { linkData } from './data/links.ts'
export { makeFolder } from './data/make-folder.ts'
export { sampleData } from './data/samples.ts'
export type { Dataset } from './data/types.ts'

// Files of weights and models
export { readNpz, writeNpz } from './interchange/npz.ts'
export { refuseDevice } from './interchange/plain-file.ts'
export { exportOnnx } from './interchange/onnx/export/index.ts'
export { importOnnx } from './interchange/onnx/import.ts'
export { readPattern } from './interchange/pattern-file.ts'
export { readSafetensors, writeSafetensors } from './interchange/safetensors.ts'
export { stateFromArrays, stateToArrays } from './interchange/state.ts'
export type { NamedArray } from './interchange/types.ts'
export { arraysOf, hashOf, readWeightsBytes } from './interchange/weights-file.ts'

// Initialization lab
export { describe, draw, drawKernel } from './laboratory/draw.ts'
export type { DrawTools } from './laboratory/draw.ts'
export { drawingFile } from './laboratory/files.ts'
export { kernelOf, lookAtKernel, maskedValues } from './laboratory/look.ts'
export type { KernelLook, KernelLookRequest } from './laboratory/look.ts'
export { writePng } from './laboratory/picture.ts'
export { measureNetworks } from './laboratory/network-spectrum.ts'
export { inspectArrays } from './laboratory/inspect.ts'
export type { InspectedKernel } from './laboratory/inspect.ts'
export { timeInitializations } from './laboratory/timing.ts'

// Random streams and linear algebra
export { haarOrthogonal, qr } from './linalg/householder.ts'
export { Stream } from './rng.ts'
