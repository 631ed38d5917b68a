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
