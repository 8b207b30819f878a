namespace Surety.Repository.Locks;

/// <summary>
/// Proof that nobody else uses the repository. Only <see cref="LockManager"/> makes one, so a method that takes it as a
/// parameter cannot be called without the lock.
/// </summary>
public sealed class ExclusiveAccess : IAsyncDisposable
{
    private readonly RepositoryLock held;

    internal ExclusiveAccess(RepositoryLock held) => this.held = held;

    /// <inheritdoc cref="RepositoryLock.Lost"/>
    public CancellationToken Lost => held.Lost;

    /// <inheritdoc cref="RepositoryLock.ThrowIfLost"/>
    public void ThrowIfLost() => held.ThrowIfLost();

    /// <inheritdoc cref="RepositoryLock.WrittenAt"/>
    internal DateTimeOffset WrittenAt => held.WrittenAt;

    public ValueTask DisposeAsync() => held.DisposeAsync();
}
