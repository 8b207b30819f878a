using System.Net;
using Surety.Core.Access;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth;

/// <summary>Tells a local user by name and password, and takes as long for a name that does not exist.</summary>
internal sealed class PasswordCheck(AccessSetting access, SignInThrottle throttle, ILogger<PasswordCheck> log)
    : IDisposable
{
    /// <summary>Nobody knows its password; it is there to take the time.</summary>
    private readonly PasswordHash nobody = PasswordHash.Of(AccessToken.New());

    /// <summary>A hash takes a core for a tenth of a second: backups need theirs.</summary>
    private readonly SemaphoreSlim hashing = new(1);

    public async Task<PasswordOutcome> TryAsync(
        string name,
        string password,
        IPAddress? address,
        CancellationToken cancellationToken
    )
    {
        // One at a time: whoever sends a hundred guesses at once is stopped after as many as one after the other.
        await hashing.WaitAsync(cancellationToken);
        try
        {
            if (throttle.Wait(name, address) is { } wait)
            {
                log.SignInThrottled(Shown(name), $"{address}");
                return new PasswordOutcome(null, wait);
            }

            var user = await FindAsync(name, password, cancellationToken);
            Count(name, address, isKnown: user is not null);
            return new PasswordOutcome(user, null);
        }
        finally
        {
            hashing.Release();
        }
    }

    public void Dispose() => hashing.Dispose();

    private async Task<AccessEntry?> FindAsync(string name, string password, CancellationToken cancellationToken)
    {
        var entry = access.Users.FirstOrDefault(user => user.Name == name);
        var hash = entry is null ? nobody : PasswordHash.TryParse(entry.Hash)!;
        return await Task.Run(() => hash.Fits(password), cancellationToken) ? entry : null;
    }

    private void Count(string name, IPAddress? address, bool isKnown)
    {
        if (isKnown)
        {
            throttle.Succeeded(name, address);
            log.SignedIn($"user {name}", $"{address}");
        }
        else
        {
            throttle.Failed(name, address);
            log.SignInFailed(Shown(name), $"{address}");
        }
    }

    /// <summary>People type their password where the name belongs: an unknown name is not written down.</summary>
    private string Shown(string name) =>
        access.Users.Any(user => user.Name == name) ? $"user {name}" : "an unknown name";
}

/// <param name="User">Who it is; null where it was not told.</param>
/// <param name="Wait">How long to wait before the next attempt; null where it was made.</param>
internal sealed record PasswordOutcome(AccessEntry? User, TimeSpan? Wait);
