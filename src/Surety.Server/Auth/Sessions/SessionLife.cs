using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;

namespace Surety.Server.Auth.Sessions;

/// <summary>From when on a session is, and whether it still is. What it needs to know is sealed in its cookie.</summary>
internal sealed class SessionLife(EndedSessions ended, TimeProvider clock)
{
    private const string BegunKey = "begun";
    private const string IdKey = "session";
    private const int IdBytes = 16;

    /// <summary>However often it is used: a stolen one ends.</summary>
    private static readonly TimeSpan LastsAtMost = TimeSpan.FromDays(7);

    /// <summary>Begins a session; one that is prolonged keeps what this says.</summary>
    /// <param name="properties">Of the sign-in.</param>
    /// <param name="now">The time.</param>
    public static AuthenticationProperties Begin(AuthenticationProperties properties, DateTimeOffset now)
    {
        properties.Items[BegunKey] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        properties.Items[IdKey] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return properties;
    }

    /// <summary>True where it was ended, or has lasted as long as any may.</summary>
    public bool IsOver(AuthenticationProperties session) =>
        !TryRead(session, out var read) || read.OverAt < clock.GetUtcNow() || ended.Contains(read.Id);

    /// <summary>
    /// True where whoever sent a request would not be let in with it any more. A token is as good as the configuration, which
    /// is the same as long as the server runs.
    /// </summary>
    public bool HasLeft(HttpContext context) =>
        FindSession(context) is { } session && (session.ExpiresUtc < clock.GetUtcNow() || IsOver(session));

    /// <summary>Ends the session of a request; nothing where it has none.</summary>
    /// <inheritdoc cref="EndedSessions.EndAsync" path="/exception"/>
    public async Task EndAsync(HttpContext context)
    {
        if (FindSession(context) is { } session && TryRead(session, out var read))
        {
            await ended.EndAsync(read);
        }
    }

    private static AuthenticationProperties? FindSession(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Ticket
            is { AuthenticationScheme: SessionCookie.SchemeName } ticket
            ? ticket.Properties
            : null;

    private static bool TryRead(AuthenticationProperties session, out EndedSession read)
    {
        read = default;
        if (
            session.Items.TryGetValue(IdKey, out var id)
            && id is not null
            && session.Items.TryGetValue(BegunKey, out var text)
            && long.TryParse(text, CultureInfo.InvariantCulture, out var begun)
        )
        {
            read = new EndedSession(id, DateTimeOffset.FromUnixTimeSeconds(begun) + LastsAtMost);
            return true;
        }

        return false;
    }
}
