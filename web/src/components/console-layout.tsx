import {
  AlertOutlined, ApartmentOutlined, AppstoreOutlined, AuditOutlined, CarryOutOutlined, FileSearchOutlined, HomeOutlined, LogoutOutlined, MoonOutlined,
  SettingOutlined, SunOutlined, TranslationOutlined,
} from '@ant-design/icons'; // prettier-ignore
import { Button, Layout, Tooltip } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useIsReader, useMe, useOrgUnits } from '../api/hooks.js';
import { useAlertStream } from '../api/live-alerts.js';
import { switchLanguage } from '../i18n.js';
import { useSession } from '../session.js';

const PLACES = [
  { path: '/', key: 'home', icon: <HomeOutlined /> },
  { path: '/alerts', key: 'alerts', icon: <AlertOutlined /> },
  { path: '/work-orders', key: 'workOrders', icon: <FileSearchOutlined /> },
  { path: '/inspections', key: 'inspections', icon: <CarryOutOutlined /> },
  { path: '/assessments', key: 'assessments', icon: <AuditOutlined /> },
  { path: '/rules', key: 'rules', icon: <ApartmentOutlined /> },
  { path: '/coverage', key: 'coverage', icon: <AppstoreOutlined /> },
  { path: '/system', key: 'system', icon: <SettingOutlined /> },
] as const;

/** What stands around every page: where one can go, who one is, how it looks. */
export function ConsoleLayout(props: {
  readonly isDark: boolean;
  readonly onDark: (isDark: boolean) => void;
  readonly children: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const { signOut } = useSession();
  const { pathname } = useLocation();
  const me = useMe();
  const isReader = useIsReader();
  const stream = useAlertStream(isReader);
  const { nameOf } = useOrgUnits();
  // Silences are a part of the room of the alerts.
  const at = pathname.startsWith('/silences') ? '/alerts' : pathname;
  const here = PLACES.findLast(({ path }) => at === path || (path !== '/' && at.startsWith(path)));
  const nav = useRef<HTMLElement>(null);
  // On a phone there is more of it than fits: where one is shall be seen. By the bar alone, so that the page stays where it is.
  useEffect(() => {
    const bar = nav.current;
    const current = bar?.querySelector('[aria-current]');
    if (!bar || !current) return;
    const [around, at] = [bar.getBoundingClientRect(), current.getBoundingClientRect()];
    bar.scrollLeft += at.left + at.width / 2 - (around.left + around.width / 2);
  }, [here?.key, isReader, i18n.language]);
  const themeText = t(props.isDark ? 'theme.light' : 'theme.dark');
  return (
    <Layout className="console">
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <Layout.Header className="console-header">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span>{t('app.name')}</span>
        </Link>
        <nav ref={nav} aria-label={t('app.name')} className="console-nav">
          {PLACES.filter(({ key }) => isReader || key === 'assessments').map(({ path, key, icon }) => (
            <Link key={key} to={path} aria-current={here?.key === key ? 'page' : undefined}>
              {icon} {t(`nav.${key}`)}
            </Link>
          ))}
        </nav>
        <div className="console-tools">
          {isReader && (
            <span className={`stream stream-${stream}`} role="status">
              {t(`stream.${stream}`)}
            </span>
          )}
          {me && (
            <Tooltip
              title={me.grants
                .map(
                  ({ role, units }) =>
                    `${t(`role.${role}`)} · ${units ? nameOf(units[0]) : t('session.all')}`,
                )
                .join('；')}
            >
              <span className="who">{me.displayName}</span>
            </Tooltip>
          )}
          <Tooltip title={t('theme.language')}>
            <Button
              type="text"
              icon={<TranslationOutlined />}
              aria-label={t('theme.language')}
              onClick={() => void switchLanguage(i18n.language === 'en' ? 'zh' : 'en')}
            />
          </Tooltip>
          <Tooltip title={themeText}>
            <Button
              type="text"
              icon={props.isDark ? <SunOutlined /> : <MoonOutlined />}
              aria-label={themeText}
              onClick={() => props.onDark(!props.isDark)}
            />
          </Tooltip>
          <Tooltip title={t('session.signOut')}>
            <Button
              type="text"
              icon={<LogoutOutlined />}
              aria-label={t('session.signOut')}
              onClick={() => void signOut()}
            />
          </Tooltip>
        </div>
      </Layout.Header>
      <Layout.Content id="content" className="console-content">
        {props.children}
      </Layout.Content>
    </Layout>
  );
}
