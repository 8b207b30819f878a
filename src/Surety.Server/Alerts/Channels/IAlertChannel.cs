namespace Surety.Server.Alerts.Channels;

/// <summary>One way to tell people.</summary>
internal interface IAlertChannel : IDisposable
{
    /// <summary><c>webhook</c>, <c>slack</c> or <c>email</c>.</summary>
    string Kind { get; }

    /// <summary>Tells once.</summary>
    Task<Delivery> SendAsync(AlertNotice notice, CancellationToken cancellationToken);
}

/// <summary>What became of a notice.</summary>
/// <param name="Problem">What was wrong, as a lower-case fact that holds no address and no secret; null for nothing.</param>
/// <param name="IsTaken">True where somebody has it. Telling it again would tell those twice, so a problem then is only shown.</param>
internal readonly record struct Delivery(string? Problem, bool IsTaken)
{
    /// <param name="problem">Null where it was taken.</param>
    public static implicit operator Delivery(string? problem) => new(problem, problem is null);
}
