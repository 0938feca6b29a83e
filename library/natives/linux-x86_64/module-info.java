/** hale's native kernels, and with them LibTorch's and OpenBLAS's libraries, for linux-x86_64. */
module dev.hale.linux.x86_64 {
  requires transitive dev.hale;
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.openblas.linux.x86_64;
  requires org.bytedeco.pytorch.linux.x86_64;

  provides dev.hale.engine.PlatformNatives with
      dev.hale.natives.linux.x86_64.LinuxX86;
}
