/** Every page, each in a chunk of its own: nobody loads the canvas to read the list of flows. */
import { createBrowserRouter, Navigate } from 'react-router'
import { PageBroken } from './pages/shell/PageBroken'

export const router = createBrowserRouter([
  {
    errorElement: <PageBroken />,
    hydrateFallbackElement: <></>,
    children: [
      { path: '/welcome', lazy: async () => ({ Component: (await import('./pages/Welcome')).Welcome }) },
      { path: '/shared', lazy: async () => ({ Component: (await import('./pages/Shared')).Shared }) },
      { path: '/sign-in', lazy: async () => ({ Component: (await import('./pages/SignIn')).SignIn }) },
      {
        lazy: async () => ({ Component: (await import('./pages/shell/SignedIn')).SignedIn }),
        children: [
          {
            lazy: async () => ({ Component: (await import('./pages/shell/Shell')).Shell }),
            children: [
              { index: true, element: <Navigate to="/home" replace /> },
              { path: '/home', lazy: async () => ({ Component: (await import('./pages/Home')).Home }) },
              { path: '/flows', lazy: async () => ({ Component: (await import('./pages/Flows')).Flows }) },
              { path: '/campaigns', lazy: async () => ({ Component: (await import('./pages/Campaigns')).Campaigns }) },
              { path: '/campaigns/:id', lazy: async () => ({ Component: (await import('./pages/Campaign')).CampaignPage }) },
              { path: '/tasks/:id?', lazy: async () => ({ Component: (await import('./pages/Tasks')).Tasks }) },
              { path: '/sessions', lazy: async () => ({ Component: (await import('./pages/Sessions')).Sessions }) },
              { path: '/messages', lazy: async () => ({ Component: (await import('./pages/Messages')).Messages }) },
              { path: '/figures', lazy: async () => ({ Component: (await import('./pages/Figures')).Figures }) },
              { path: '/users', lazy: async () => ({ Component: (await import('./pages/Users')).Users }) },
              { path: '/account', lazy: async () => ({ Component: (await import('./pages/Account')).Account }) },
              { path: '/api-keys', lazy: async () => ({ Component: (await import('./pages/ApiKeys')).ApiKeys }) },
              { path: '/audit', lazy: async () => ({ Component: (await import('./pages/Audit')).Audit }) },
              { path: '/sources', lazy: async () => ({ Component: (await import('./pages/Sources')).Sources }) },
              { path: '/records', lazy: async () => ({ Component: (await import('./pages/Records')).Records }) },
              { path: '/contacts', lazy: async () => ({ Component: (await import('./pages/Contacts')).Contacts }) },
              { path: '/lines', lazy: async () => ({ Component: (await import('./pages/Lines')).Lines }) },
              { path: '/calendars', lazy: async () => ({ Component: (await import('./pages/Calendars')).Calendars }) },
              { path: '/prompts', lazy: async () => ({ Component: (await import('./pages/Prompts')).Prompts }) },
              { path: '/recordings', lazy: async () => ({ Component: (await import('./pages/Recordings')).Recordings }) },
              { path: '/faxes', lazy: async () => ({ Component: (await import('./pages/Faxes')).Faxes }) },
              { path: '/triggers', lazy: async () => ({ Component: (await import('./pages/Triggers')).Triggers }) },
              { path: '/contacts/:id', lazy: async () => ({ Component: (await import('./pages/Contact')).Contact }) },
            ],
          },
          { path: '/flows/:id/try?', lazy: async () => ({ Component: (await import('./pages/Editor')).Editor }) },
          { path: '/flows/:id/versions', lazy: async () => ({ Component: (await import('./pages/Versions')).Versions }) },
          { path: '/flows/:id/follow', lazy: async () => ({ Component: (await import('./pages/Follow')).Follow }) },
        ],
      },
      { path: '*', lazy: async () => ({ Component: (await import('./pages/shell/NotFound')).NotFound }) },
    ],
  },
])
