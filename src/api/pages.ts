/** The few pages this service brings itself; the console comes later. Texts for users are Chinese. */

export const landingPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>yxrisk 营销业务风险监控</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>yxrisk 营销业务风险监控</h1>
<p>服务正在运行：接收营销业务系统的业务事件，按规则监控业扩与用电检查各环节的风险点，及时预警，并安排每日巡检。</p>
<ul>
<li><a href="/api/docs">接口文档</a>：预警、工单、巡检任务、规则与运行情况的查询接口（调用接口需要访问令牌）</li>
<li><a href="/api/openapi.json">OpenAPI 定义</a></li>
<li><a href="/readyz">运行状态</a>：数据库、队列、规则、日历、后台任务是否就绪</li>
<li><a href="/healthz">存活检查</a></li>
<li><a href="/metrics">监控指标</a>（Prometheus 格式）</li>
</ul>
<p>首次启动时，管理员令牌在启动窗口中显示一次。其他令牌用 <code>yxrisk token create</code> 创建。</p>
</main>
</body>
</html>
`;

const REFUSALS: Readonly<Record<string, string>> = {
  sign_in_expired: '本次登录已失效：用时过长、已经用过，或不是在这个浏览器里发起的。请重新登录。',
  sign_in_failed: '统一认证平台返回的结果未通过校验，或您取消了登录。请重新登录；反复出现时请联系管理员。',
  no_account: '统一认证平台认识您，但您在本系统没有可用的账号（未开通、已停用，或尚未关联）。请联系管理员。',
};

/** Told to a person whose sign-in by OpenID came to nothing. `code` of the error, nothing of the request is shown. */
export function refusedSignInPage(code: string, requestId: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>登录未完成 · yxrisk</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>登录未完成</h1>
<p>${REFUSALS[code] ?? '登录没有成功，请重新登录。'}</p>
<p><a href="/api/session/oidc">重新登录</a> · <a href="/">返回首页</a></p>
<p>联系管理员时请提供编号：<code>${requestId.replaceAll(/[^\w.:-]/g, '')}</code></p>
</main>
</body>
</html>
`;
}

export const pageStyle = `body { margin: 0; font: 16px/1.7 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; color: #1f2933; background: #f5f7fa; }
main { max-width: 44rem; margin: 4rem auto; padding: 2rem 2.5rem; background: #fff; border-radius: 8px; box-shadow: 0 1px 4px rgb(0 0 0 / 12%); }
h1 { font-size: 1.5rem; margin-top: 0; }
a { color: #0b5cad; }
code { background: #eef2f6; padding: 0 .3em; border-radius: 3px; }
`;

export const docsPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>yxrisk 接口文档</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>本页需要启用 JavaScript；也可直接阅读 <a href="/api/openapi.json">OpenAPI 定义</a>。</noscript>
<script src="/api/docs/swagger-ui.js"></script>
<script src="/api/docs/init.js"></script>
</body>
</html>
`;

/** The token typed into "Authorize" stays in the page's memory and is gone with the tab. */
export const docsScript = `window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;
