namespace Surety.Server.Alerts.Channels;

/// <summary>One way to tell people.</summary>
internal interface IAlertChannel : IDisposable
{
    /// <summary><c>webhook</c>, <c>slack</c> or <c>email</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// Tells once. Null where it was taken; else why not, as a lower-case fact that holds no address and no secret.
    /// </summary>
    Task<string?> SendAsync(AlertNotice notice, CancellationToken cancellationToken);
}
