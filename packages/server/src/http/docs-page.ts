import swaggerUi from '@fastify/swagger-ui';
import type { App } from './app-type.ts';

/** Nothing from elsewhere, no inline script. Swagger UI sets style attributes, and draws its icons from data URLs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
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

/** The reference at `/docs`, drawn from `/openapi.json` by files that this server holds. */
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
