/**
 * What stands between hale and LibTorch: devices, precision, memory scopes, model files and the
 * loading of native libraries. It knows no network and no image.
 */
package dev.hale.engine;
