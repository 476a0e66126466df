/** The pages and their addresses; the address holds what a page shows, so that going back shows it again. */
import { createRouter, createWebHashHistory } from 'vue-router'
import type { Router, RouterHistory } from 'vue-router'
import ComparePage from './pages/ComparePage.vue'
import DataPage from './pages/DataPage.vue'
import ModelPage from './pages/ModelPage.vue'
import LaboratoryPage from './pages/LaboratoryPage.vue'
import MethodsPage from './pages/MethodsPage.vue'
import RunPage from './pages/RunPage.vue'
import RunsPage from './pages/RunsPage.vue'
import SettingsPage from './pages/SettingsPage.vue'
import StudiesPage from './pages/StudiesPage.vue'
import TheoryPage from './pages/TheoryPage.vue'
import StudyEditorPage from './pages/StudyEditorPage.vue'

export function createBenchRouter(history: RouterHistory = createWebHashHistory()): Router {
  return createRouter({
    history,
    routes: [
      { path: '/', redirect: '/studies' },
      { path: '/studies', name: 'studies', component: StudiesPage },
      { path: '/studies/new', name: 'new-study', component: StudyEditorPage },
      { path: '/studies/:id/edit', name: 'edit-study', component: StudyEditorPage },
      { path: '/runs', name: 'runs', component: RunsPage },
      { path: '/runs/:id(\\d+)', name: 'run', component: RunPage },
      { path: '/compare', name: 'compare', component: ComparePage },
      { path: '/model', name: 'model', component: ModelPage },
      { path: '/data', name: 'data', component: DataPage },
      { path: '/laboratory', name: 'laboratory', component: LaboratoryPage },
      { path: '/theory', name: 'theory', component: TheoryPage },
      { path: '/methods', name: 'methods', component: MethodsPage },
      { path: '/settings', name: 'settings', component: SettingsPage },
      { path: '/:any(.*)*', redirect: '/studies' },
    ],
  })
}
