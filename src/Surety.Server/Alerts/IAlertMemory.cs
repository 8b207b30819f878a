namespace Surety.Server.Alerts;

/// <summary>What is remembered of alerts, so that a restart tells none again and forgets none; and which server tells them.</summary>
internal interface IAlertMemory : IAsyncDisposable
{
    /// <summary>True where it is this server that tells, of those that share a job store.</summary>
    Task<bool> HasTurnAsync(CancellationToken cancellationToken);

    /// <summary>What was kept last; an empty book where nothing was, or what is there cannot be read.</summary>
    Task<AlertBook> LoadAsync(CancellationToken cancellationToken);

    Task SaveAsync(AlertBook book, CancellationToken cancellationToken);
}
