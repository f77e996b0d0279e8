/** The addresses and browsers of invented sign-ins. */
export const networkAddresses = ['203.0.113.9', '198.51.100.7', '192.0.2.44', '203.0.113.77'];

export const browsers = [
  ['CHROME', 'Mac OS X', 'Mozilla/5.0 (Macintosh) Chrome/140.0'],
  ['FIREFOX', 'Windows 11', 'Mozilla/5.0 (Windows NT 10.0) Firefox/143.0'],
  ['SAFARI', 'iOS', 'Mozilla/5.0 (iPhone) Version/18.0 Safari/605.1'],
] as const;
