import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Alert, App as AntApp, Button, ConfigProvider, Spin, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { ApiError, isUnreachable } from './api/client.js';
import { useIsReader } from './api/hooks.js';
import { ConsoleLayout } from './components/console-layout.js';
import { ErrorBoundary } from './components/error-boundary.js';
import { useErrorText } from './error-text.js';
import { HomePage } from './pages/home-page.js';
import { PasswordPage } from './pages/password-page.js';
import { SignInPage } from './pages/sign-in-page.js';
import { SessionProvider, useSession } from './session.js';

const AlertsPage = lazy(() => import('./pages/alerts-page.js').then((m) => ({ default: m.AlertsPage })));
const WorkOrdersPage = lazy(() =>
  import('./pages/work-orders-page.js').then((m) => ({ default: m.WorkOrdersPage })),
);
const WorkOrderPage = lazy(() =>
  import('./pages/work-order-page.js').then((m) => ({ default: m.WorkOrderPage })),
);
const InspectionsPage = lazy(() =>
  import('./pages/inspections-page.js').then((m) => ({ default: m.InspectionsPage })),
);
const InspectionPage = lazy(() =>
  import('./pages/inspection-page.js').then((m) => ({ default: m.InspectionPage })),
);
const RulesPage = lazy(() => import('./pages/rules-page.js').then((m) => ({ default: m.RulesPage })));
const RulePage = lazy(() => import('./pages/rule-page.js').then((m) => ({ default: m.RulePage })));
const RuleEditPage = lazy(() =>
  import('./pages/rule-edit-page.js').then((m) => ({ default: m.RuleEditPage })),
);
const ProposalsPage = lazy(() =>
  import('./pages/proposals-page.js').then((m) => ({ default: m.ProposalsPage })),
);
const AssessmentsPage = lazy(() =>
  import('./pages/assessments-page.js').then((m) => ({ default: m.AssessmentsPage })),
);
const CoveragePage = lazy(() =>
  import('./pages/coverage-page.js').then((m) => ({ default: m.CoveragePage })),
);
const SilencesPage = lazy(() =>
  import('./pages/silences-page.js').then((m) => ({ default: m.SilencesPage })),
);
const SystemPage = lazy(() => import('./pages/system-page.js').then((m) => ({ default: m.SystemPage })));

const queries = new QueryClient({
  defaultOptions: {
    // Without a network what is asked fails at once and says so, rather than wait silently; what is kept on the device goes on.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      // A refusal stays a refusal; only what may pass by itself is tried again.
      retry: (failures, error) =>
        failures < 2 && (isUnreachable(error) || !(error instanceof ApiError && error.status < 500)),
    },
  },
});
const DARK_KEY = 'yxrisk.dark';
const FONT = 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** Links and buttons stand out from their ground by 4.5 to 1 and more. */
const LIGHT = {
  colorPrimary: '#0b5c8f',
  colorError: '#b3261e',
  colorLink: '#0b5c8f',
  colorTextSecondary: '#55606c',
  colorTextDescription: '#55606c',
  colorTextTertiary: '#55606c',
  colorTextPlaceholder: '#646e79',
};
const DARK = {
  colorPrimary: '#2f80b8',
  colorError: '#ff8a80',
  colorLink: '#7cc0ee',
  colorTextSecondary: '#a3adb8',
  colorTextDescription: '#a3adb8',
  colorTextTertiary: '#a3adb8',
  colorTextPlaceholder: '#98a2ad',
  // As the panels of console.css.
  colorBgContainer: '#1b1f24',
  colorBgElevated: '#242a31',
  colorBgLayout: '#101317',
};

/** The console: theme, language, session, and the pages. */
export function App() {
  const { i18n } = useTranslation();
  const [isDark, setDark] = useState(() => {
    const kept = localStorage.getItem(DARK_KEY);
    return kept === null ? matchMedia('(prefers-color-scheme: dark)').matches : kept === 'true';
  });
  useEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    localStorage.setItem(DARK_KEY, String(isDark));
  }, [isDark]);
  return (
    <ConfigProvider
      locale={i18n.language === 'en' ? enUS : zhCN}
      // A space within a word of two characters would be read out, and found by no search.
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: { ...(isDark ? DARK : LIGHT), borderRadius: 6, fontFamily: FONT },
      }}
    >
      <AntApp>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <SessionProvider>
              <Pages isDark={isDark} onDark={setDark} />
            </SessionProvider>
          </BrowserRouter>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

interface Look {
  readonly isDark: boolean;
  readonly onDark: (isDark: boolean) => void;
}

function Pages({ isDark, onDark }: Look) {
  const { client, isRestoring, restoreFailed, mustChangePassword } = useSession();
  if (isRestoring) return <Spin className="page-spin" />;
  if (restoreFailed) return <NotRestored error={restoreFailed} />;
  // The address stays as it is, so that a link from a message leads to its page after signing in.
  if (!client) return <SignInPage />;
  if (mustChangePassword) return <PasswordPage />;
  return <SignedInPages isDark={isDark} onDark={onDark} />;
}

/** Whoever has a session need not sign in again because the service did not answer. */
function NotRestored({ error }: { readonly error: Error }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { restoreAgain } = useSession();
  return (
    <main className="page-spin">
      <Alert
        type="error"
        showIcon
        role="alert"
        title={t('state.failed')}
        description={errorText(error)}
        action={<Button onClick={restoreAgain}>{t('state.retry')}</Button>}
      />
    </main>
  );
}

/** Who has no role is shown what is charged to him. */
function SignedInPages({ isDark, onDark }: Look) {
  const isReader = useIsReader();
  const { pathname } = useLocation();
  return (
    <ConsoleLayout isDark={isDark} onDark={onDark}>
      <ErrorBoundary path={pathname}>
        <Suspense fallback={<Spin className="page-spin" />}>
          {isReader ? (
            <Routes>
              <Route path="/" element={<HomePage />} />
              <Route path="/alerts" element={<AlertsPage />} />
              <Route path="/alerts/:id" element={<AlertsPage />} />
              <Route path="/silences" element={<SilencesPage />} />
              <Route path="/work-orders" element={<WorkOrdersPage />} />
              <Route path="/work-orders/:no" element={<WorkOrderPage />} />
              <Route path="/inspections" element={<InspectionsPage />} />
              <Route path="/inspections/:id" element={<InspectionPage />} />
              <Route path="/rules" element={<RulesPage />} />
              <Route path="/rules/new" element={<RuleEditPage key="new" />} />
              <Route path="/rules/proposals" element={<ProposalsPage />} />
              <Route path="/rules/:id/edit" element={<RuleEditPage />} />
              <Route path="/assessments" element={<AssessmentsPage />} />
              <Route path="/coverage" element={<CoveragePage />} />
              <Route path="/rules/:id" element={<RulePage />} />
              <Route path="/system" element={<SystemPage />} />
              <Route path="*" element={<Navigate to="/" replace />} />
            </Routes>
          ) : (
            <Routes>
              <Route path="/assessments" element={<AssessmentsPage />} />
              <Route path="*" element={<Navigate to="/assessments" replace />} />
            </Routes>
          )}
        </Suspense>
      </ErrorBoundary>
    </ConsoleLayout>
  );
}
