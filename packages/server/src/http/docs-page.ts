import swaggerUi from '@fastify/swagger-ui';
import type { App } from './app-type.ts';

/** The one style attribute in Swagger UI's markup, as the browser names it when it refuses it. */
const inlineStyleHash = 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w=';

/** Nothing from elsewhere and nothing inline but that style; icons are drawn from data URLs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'unsafe-hashes' '${inlineStyleHash}'`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const plainTheme = `
.swagger-ui .topbar { display: none; }
.swagger-ui .info { margin: 32px 0; }
.swagger-ui .info .title small.version-stamp { background: #33524b; }
`;

/** The reference at `/docs`, drawn from the document of `/openapi.json` by files that this server holds. */
export async function registerDocsPage(app: App): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    uiConfig: {
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      tryItOutEnabled: false,
      displayRequestDuration: true,
    },
    theme: { title: 'Onfile API', css: [{ filename: 'onfile.css', content: plainTheme }] },
  });
}
