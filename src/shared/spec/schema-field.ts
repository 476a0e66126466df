/** What the parts of the run specification's schema share. */
import { z } from 'zod'

/** A field with its title and its help, which forms and documentation show. */
export const field = <T extends z.ZodType>(schema: T, label: string, help: string): T =>
  schema.meta({ title: label, description: help }) as T

/** Whole numbers of a range, both ends included. */
export const integer = (low: number, high: number) => z.number().int().min(low).max(high)
