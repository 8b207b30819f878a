using System.Net;
using System.Net.Mail;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Alerts.Channels;

/// <summary>
/// Mail by SMTP, with STARTTLS unless the configuration says none. TLS from the first byte (port 465) is not there: the
/// framework's client does not do it (docs/decisions/0027).
/// </summary>
internal sealed class MailChannel(MailSetting setting) : IAlertChannel
{
    // RFC 5322 allows 998 characters in a line.
    private const int MostSubject = 200;

    /// <summary>Of a notice that not everybody got. Forgotten with the notice.</summary>
    private readonly ConditionalWeakTable<AlertNotice, Round> rounds = [];

    public string Kind => "email";

    public async Task<Delivery> SendAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        // A connection for each: alerts are rare, and one that was kept would be closed by the server meanwhile.
        using var client = new SmtpClient(setting.Host, setting.Port)
        {
            EnableSsl = setting.Security == MailSecurity.StartTls,
            Credentials = setting.User is { } user ? new NetworkCredential(user, setting.Password) : null,
        };
        var round = rounds.TryGetValue(notice, out var begun) ? begun : new Round(setting.To, IsHad: false);
        using var message = MessageOf(notice, round.Recipients);
        try
        {
            // It looks at the token between its steps only, and may wait for a server for ever.
            await client.SendMailAsync(message, cancellationToken).WaitAsync(cancellationToken);
            return new Delivery(null, IsTaken: true);
        }
        catch (Exception e)
            when ((e as SmtpException)?.InnerException is AuthenticationException || e is AuthenticationException)
        {
            return "its TLS certificate is not valid";
        }
        catch (SmtpFailedRecipientException e)
        {
            return Refused(notice, round, e);
        }
        catch (SmtpException e)
        {
            return e.StatusCode == SmtpStatusCode.GeneralFailure
                ? "the mail server could not be reached"
                : $"the mail server answered {(int)e.StatusCode} {e.StatusCode}";
        }
    }

    public void Dispose() { }

    /// <summary>
    /// Servers take a mail for some and refuse others, for now (greylisting) or for good. Those who have it are not to get it
    /// every five minutes; those who are refused for now get it then, and who is refused for good keeps no other from it.
    /// </summary>
    private Delivery Refused(AlertNotice notice, Round round, SmtpFailedRecipientException refusal)
    {
        var each = refusal is SmtpFailedRecipientsException several ? several.InnerExceptions : [refusal];
        // By its place, since the address is nobody's business where this is shown.
        var who = each.Select(one => $"recipient {PlaceOf(one)} with {(int)one.StatusCode} {one.StatusCode}");
        var later = each.Where(IsForNow)
            .Select(PlaceOf)
            .Where(place => place > 0)
            .Select(place => setting.To[place - 1])
            .ToList();
        var isHad = round.IsHad || each.Length < round.Recipients.Count;
        rounds.AddOrUpdate(notice, new Round(later.Count > 0 ? later : round.Recipients, isHad));
        return new Delivery(
            $"the mail server refused {string.Join(", ", who)}, of {setting.To.Count}",
            IsTaken: isHad && later.Count == 0
        );
    }

    private static bool IsForNow(SmtpFailedRecipientException refusal) => (int)refusal.StatusCode is >= 400 and < 500;

    private int PlaceOf(SmtpFailedRecipientException refusal) =>
        1 + setting.To.ToList().FindIndex(to => refusal.FailedRecipient?.Trim('<', '>') == to.Address);

    private MailMessage MessageOf(AlertNotice notice, IReadOnlyList<MailAddress> recipients)
    {
        var title = NoticeText.Title(notice);
        var message = new MailMessage
        {
            From = setting.From,
            Subject = title.Length > MostSubject ? $"{title[..MostSubject]}…" : title,
            SubjectEncoding = Encoding.UTF8,
            Body = string.Join("\r\n\r\n", NoticeText.Details(notice).Prepend(notice.Alert.Text)),
            BodyEncoding = Encoding.UTF8,
            Headers = { ["Auto-Submitted"] = "auto-generated" },
        };
        foreach (var recipient in recipients)
        {
            message.To.Add(recipient);
        }

        return message;
    }

    /// <param name="Recipients">Who has yet to get it.</param>
    /// <param name="IsHad">True where somebody has it.</param>
    private sealed record Round(IReadOnlyList<MailAddress> Recipients, bool IsHad);
}
