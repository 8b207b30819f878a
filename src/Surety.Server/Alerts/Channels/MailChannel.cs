using System.Net;
using System.Net.Mail;
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

    public string Kind => "email";

    public async Task<Delivery> SendAsync(AlertNotice notice, CancellationToken cancellationToken)
    {
        // A connection for each: alerts are rare, and one that was kept would be closed by the server meanwhile.
        using var client = new SmtpClient(setting.Host, setting.Port)
        {
            EnableSsl = setting.Security == MailSecurity.StartTls,
            Credentials = setting.User is { } user ? new NetworkCredential(user, setting.Password) : null,
        };
        using var message = MessageOf(notice);
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
            return Refused(e);
        }
        catch (SmtpException e)
        {
            return e.StatusCode == SmtpStatusCode.GeneralFailure
                ? "the mail server could not be reached"
                : $"the mail server answered {(int)e.StatusCode} {e.StatusCode}";
        }
    }

    public void Dispose() { }

    /// <summary>Servers take a mail for some and refuse others. Those who have it are not to get it every five minutes.</summary>
    private Delivery Refused(SmtpFailedRecipientException refusal)
    {
        var each = refusal is SmtpFailedRecipientsException several ? several.InnerExceptions : [refusal];
        // By its place, since the address is nobody's business where this is shown.
        var who = each.Select(one =>
            $"recipient {PlaceOf(one.FailedRecipient)} with {(int)one.StatusCode} {one.StatusCode}"
        );
        return new Delivery(
            $"the mail server refused {string.Join(", ", who)}, of {setting.To.Count}",
            IsTaken: each.Length < setting.To.Count
        );
    }

    private int PlaceOf(string? recipient) =>
        1 + setting.To.ToList().FindIndex(to => recipient?.Trim('<', '>') == to.Address);

    private MailMessage MessageOf(AlertNotice notice)
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
        foreach (var recipient in setting.To)
        {
            message.To.Add(recipient);
        }

        return message;
    }
}
