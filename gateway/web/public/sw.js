/* Shows what the gateway pushes, also while the page is closed, and opens the alarm that it is about. */

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const { title, body, key, language, severity, page } = event.data.json();
  const note = {
    // A repeat takes the place of the first.
    ...{ body, tag: key, lang: language, icon: './icon.svg', data: { page } },
    requireInteraction: severity === 'critical',
  };
  event.waitUntil(self.registration.showNotification(title, note));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data.page, self.registration.scope).href));
});

/** In a window that has the page open; else in a new one. */
async function open(address) {
  const windows = await self.clients.matchAll({ type: 'window' });
  const [page] = windows.filter(({ url }) => url.startsWith(self.registration.scope));
  if (page === undefined) return self.clients.openWindow(address);
  await page.focus();
  return page.navigate(address);
}
