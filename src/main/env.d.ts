/** What the build tool puts in place of these: `true` in `npm run dev` alone. */
interface ImportMetaEnv {
  readonly DEV: boolean
}

interface ImportMeta {
  readonly env: ImportMetaEnv
}
