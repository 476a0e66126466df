import { initializationWork } from '../initializations.ts'

/** QR of one 1024 × 1024 Gaussian: what EOI is to be faster than. NumPy's is LAPACK's. */
export const initQr1024 = initializationWork('init-qr-1024', {
  scheme: 'qr',
  size: 1024,
  density: 1,
  count: 1,
  peer: true,
})
