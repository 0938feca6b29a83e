package dev.hale.engine;

/**
 * Who is using something that must not be freed meanwhile. Closing refuses new users at once and
 * waits for nobody: the last user to leave frees it.
 */
public final class Usage implements AutoCloseable {
  private final String name;
  private final Runnable free;
  private int users;
  private boolean closed;

  /** One user; closing it says that the use is over, closing it again says nothing new. */
  public interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Nobody uses it yet.
   *
   * @param name for messages
   * @param free called once
   */
  public Usage(String name, Runnable free) {
    this.name = name;
    this.free = free;
  }

  /** Begins a use, which the same thread or another ends. */
  public synchronized Lease begin() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    users++;
    return new Lease() {
      private boolean over;

      @Override
      public void close() {
        if (!over) {
          over = true;
          end();
        }
      }
    };
  }

  private synchronized void end() {
    users--;
    if (closed && users == 0) {
      free.run();
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (users == 0) {
      free.run();
    }
  }
}
