import type { TensorFlowState } from '../../src/shared/contract/tensorflow.ts'
import type { LabInfo } from '../../src/shared/contract/lab.ts'

export function fakeInfo(native: boolean): LabInfo {
  const remedy =
    'Install Python 3 with pip, then start the bench again: it fetches the native engine (274 MB).'
  return {
    version: '0.1.0',
    home: '~/.local/share/givens-bench',
    command: 'npm run -s lab --',
    autoBackend: native ? 'tensorflow' : 'reference',
    backends: [
      {
        name: 'tensorflow',
        available: native,
        device: native ? 'CPU, 2 cores' : '',
        version: native ? '2.21.0' : '',
        reason: native ? null : 'The TensorFlow C library is not installed.',
      },
      { name: 'reference', available: true, device: 'CPU, 1 thread', version: '0.1.0', reason: null },
    ],
    doctor: [
      { name: 'Electron', status: 'ok', detail: '42.0.0', remedy: null },
      native
        ? { name: 'Native engine', status: 'ok', detail: 'TensorFlow 2.21.0 for CPU', remedy: null }
        : {
            name: 'Native engine',
            status: 'missing',
            detail: 'Neither the library nor the binding is there.',
            remedy,
          },
      { name: 'NVIDIA GPU', status: 'warning', detail: 'None found; runs use the CPU.', remedy: null },
      { name: 'MNIST', status: 'ok', detail: '70,000 images, checked', remedy: null },
    ],
  }
}

/** As in a checkout, where set-up provides it. */
export const fakeTensorFlow: TensorFlowState = { offered: false, here: true, download: 274e6, fetching: null }
