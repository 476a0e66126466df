/** Colours of a quantity: from dark blue to green as viridis, without the ends that a background swallows. */
import type { Theme } from './palette.ts'

const STOPS: Readonly<Record<Theme, readonly (readonly [number, number, number])[]>> = {
  light: [
    [68, 1, 84],
    [59, 82, 139],
    [33, 145, 140],
    [94, 201, 98],
  ],
  dark: [
    [86, 116, 190],
    [33, 145, 140],
    [94, 201, 98],
    [253, 231, 37],
  ],
}

/** The colour of a share from 0 to 1 of the range; grey where there is none. */
export function rampColor(share: number, theme: Theme = 'light'): string {
  if (Number.isNaN(share)) return '#8a8a8a'
  const stops = STOPS[theme]
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const low = Math.min(stops.length - 2, Math.floor(at))
  const mixed = stops[low].map((from, channel) =>
    Math.round(from + (at - low) * (stops[low + 1][channel] - from)),
  )
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
