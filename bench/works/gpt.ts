import { stepWork } from '../steps.ts'

/** GPT of 6 blocks and width 384 on 16 sequences of 256 tokens, MLP blocks and attention sparse by ERK. */
export const gpt = stepWork('gpt')
