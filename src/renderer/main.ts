import { createApp } from 'vue'
import { createLabClient } from '../shared/contract/client.ts'
import App from './App.vue'
import { provideLab, takePorts } from './composables/useLab.ts'
import { createBenchRouter } from './router.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/table.css'

const lab = createLabClient()
takePorts(lab)
const app = createApp(App, { bridge: window.bench })
provideLab(app, lab)
app.use(createBenchRouter())
app.mount('#app')
