/** What the works are held against: ratio to the peer, and milliseconds to the first step of 1000 layers. */
export const GOALS: Readonly<Record<string, number>> = {
  'mlp-1000': 0.2,
  'mlp-100': 0.25,
  'mlp-7': 0.5,
  'resnet-32': 0.4,
  'cnn-32': 0.3,
  'density-1000': 0.45,
  'efficientnet-b0': 0.6,
  'resnet-50': 0.6,
  'deit-tiny': 0.8,
  'deit-tiny-attention': 0.45,
  gpt: 0.5,
  'side-by-side': 0.77,
}
export const FIRST_STEP_GOALS: Readonly<Record<string, number>> = { sparse: 1000, tensorflow: 4000 }
