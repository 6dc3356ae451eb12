/** What the tests use of http_ece, which comes with web-push and without types. */
declare module 'http_ece' {
  interface Decryption {
    readonly version: 'aes128gcm';
    readonly privateKey: import('node:crypto').ECDH;
    readonly authSecret: Buffer;
  }
  const ece: { decrypt(body: Buffer, how: Decryption): Buffer };
  export default ece;
}
