// Labs of other computers in the window: the list above the pages, the panel on the Settings page.
import { expect, it, vi } from 'vitest'
import { flushPromises } from '@vue/test-utils'
import { remoteSchema } from '../../src/shared/contract/remotes.ts'
import type { SshQuestion } from '../../src/shared/contract/remotes.ts'
import type { LabsAnswer, ShellInput } from '../../src/shared/contract/shell.ts'
import { OWN_STUDY } from '../fakes/fake-lab.ts'
import { mountApp } from './mount.ts'

const gpu = remoteSchema.parse({ name: 'gpu', host: 'me@gpu' })

it('shows which lab the window is on, adds, checks and sends', async () => {
  const asked: ShellInput<'shell/labs'>[] = []
  let state: LabsAnswer = { current: 'here', labs: [], hosts: ['farm'] }
  const { window } = await mountApp('/settings', {
    begun: [OWN_STUDY],
    labs: (input) => {
      asked.push(input)
      if (input.what === 'add') state = { ...state, labs: [gpu] }
      const item = { name: 'Node', status: 'missing', detail: 'not found', remedy: 'Install it.' } as const
      const sent = { study: 'a', title: 'A', added: [1, 2], skipped: [3], models: [], untrusted: [] }
      return {
        ...state,
        ...(input.what === 'check' ? { findings: [item] } : {}),
        ...(input.what === 'send' ? { sent } : {}),
      }
    },
  })
  const panel = () => window.get('section[aria-labelledby="labs"]')
  expect(window.find('.side select').exists()).toBe(false)
  expect(panel().find('option[value="farm"]').exists()).toBe(true)
  await panel().get('input[aria-label="Name of a new lab"]').setValue('gpu')
  await panel().get('input[aria-label="Its host"]').setValue('me@gpu')
  await panel().get('form').trigger('submit')
  await flushPromises()
  expect(asked).toContainEqual({ what: 'add', name: 'gpu', host: 'me@gpu' })
  // The list above the pages knows it at once.
  expect(window.findAll('.side select option').map((each) => each.text())).toEqual(['This computer', 'gpu'])
  const press = async (text: string): Promise<void> => {
    const button = panel()
      .findAll('button')
      .filter((each) => each.text() === text && each.attributes('disabled') === undefined)
    await button[0].trigger('click')
    await flushPromises()
  }
  await press('Check')
  expect(panel().text()).toContain('not found')
  expect(panel().text()).toContain('Install it.')
  const study = panel().get('#send-study option').attributes('value')
  await panel().get('#send-study').setValue(study)
  await panel().get('#send-to').setValue('gpu')
  await panel().findAll('form')[1].trigger('submit')
  await flushPromises()
  expect(asked).toContainEqual({ what: 'send', study, name: 'gpu' })
  await vi.waitFor(() => expect(window.text()).toContain('2 runs were new there, 1 there already'))
  await press('Show')
  expect(asked.at(-1)).toEqual({ what: 'show', name: 'gpu' })
})

it('sends selected runs that have ended, study by study', async () => {
  const asked: ShellInput<'shell/labs'>[] = []
  const { window, settle } = await mountApp('/runs', {
    begun: [OWN_STUDY],
    labs: (input) => {
      asked.push(input)
      const sent = { study: 'a', title: 'A', added: [1], skipped: [], models: [], untrusted: [] }
      return { current: 'here', labs: [gpu], hosts: [], ...(input.what === 'send' ? { sent } : {}) }
    },
  })
  await settle()
  const send = () => window.find('select[aria-label="Send the selected runs to a lab"]')
  expect(send().exists()).toBe(false)
  await window.get('input[aria-label="Select all runs shown"]').trigger('change')
  await settle()
  await send().setValue('gpu')
  await settle()
  const sent = asked.filter(({ what }) => what === 'send')
  expect(sent.length).toBeGreaterThan(0)
  for (const each of sent) expect(each).toMatchObject({ name: 'gpu', runs: expect.any(Array) as unknown[] })
})

it('tells a broken line above every page', async () => {
  const { window, labState, settle } = await mountApp('/runs')
  labState({ kind: 'broken', reason: 'gpu: the line broke. Dialing again in 4 s; runs go on there.' })
  await settle()
  expect(window.get('.notice').text()).toMatch(/Dialing again in 4 s.*Dial now/s)
})

it('asks what ssh asks, one after the other, and takes no answer for a refusal', async () => {
  const answers: ShellInput<'shell/answer'>[] = []
  let ask: (questions: readonly SshQuestion[]) => void = () => undefined
  const { window, settle } = await mountApp('/runs', {
    onAnswer: (input) => answers.push(input),
    onQuestions: (listener) => (ask = listener),
  })
  const dialog = () => window.get('dialog.ask')
  const host: SshQuestion = {
    id: 'ask.1',
    kind: 'confirm',
    lab: 'gpu',
    text: 'Are you sure (yes/no/[fingerprint])?',
  }
  const secret = { id: 'ask.2', kind: 'secret', lab: 'gpu', text: 'Enter passphrase for key' } as const
  ask([host, secret])
  await settle()
  expect(dialog().text()).toMatch(/“gpu” asks.*Are you sure.*Compare the fingerprint/s)
  await dialog().get('form').trigger('submit')
  expect(answers).toEqual([{ id: 'ask.1', text: 'yes' }])
  ask([secret])
  await settle()
  const field = dialog().get('input.input')
  expect(field.attributes('type')).toBe('password')
  await field.setValue('open sesame')
  await dialog().get('form').trigger('submit')
  expect(answers[1]).toEqual({ id: 'ask.2', text: 'open sesame' })
  ask([{ ...secret, id: 'ask.3' }])
  await settle()
  // What was typed before is gone.
  expect((dialog().get('input.input').element as HTMLInputElement).value).toBe('')
  await dialog().get('button[type="button"]').trigger('click')
  expect(answers[2]).toEqual({ id: 'ask.3', text: null })
  ask([])
  await settle()
  expect(dialog().find('form').exists()).toBe(false)
})
